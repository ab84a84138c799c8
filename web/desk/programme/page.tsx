import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import type { Schedule } from '../../api/office-routes.ts';
import { Bones, Shown } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { isDay } from '../../text/formats.ts';
import { office } from '../../text/office.ts';
import { ForStaff } from '../for-staff.tsx';
import { today } from '../today.ts';
import { useSchedule } from '../use-schedule.ts';
import { CopyDialog, type Source } from './copy-dialog.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { useCinemaNow } from './use-cinema-now.ts';
import { WeekNav } from './week-nav.tsx';
import { mondayOf, weekOf, WEEK_DAYS, type Cell } from './week.ts';
import { WeekView } from './week-view.tsx';

/** `/app/desk/programme?week=`: a week by slots, for admins. */
export function ProgrammeDeskPage() {
  return <ForStaff isAdmins>{() => <LoadedWeek />}</ForStaff>;
}

function LoadedWeek() {
  const { query } = useLocation();
  const asked = isDay(query['week']) ? query['week'] : undefined;
  const monday = mondayOf(asked ?? today.value);
  const schedule = useSchedule(monday, WEEK_DAYS);
  return (
    <Page title={office.programme.title} kind="office" lead={<WeekNav monday={monday} />}>
      <Shown of={schedule} skeleton={<Bones count={4} kind="row-bone" />}>
        {(data) => <Week key={monday} schedule={data} monday={monday} onChange={schedule.reload} />}
      </Shown>
    </Page>
  );
}

type WeekProps = { schedule: Schedule; monday: string; onChange: () => void };

function Week({ schedule, monday, onChange }: WeekProps) {
  const now = useCinemaNow(schedule);
  const [cell, setCell] = useState<Cell>();
  const [source, setSource] = useState<Source>();
  const week = weekOf(schedule, monday, now);
  const close = () => {
    setCell(undefined);
    setSource(undefined);
  };
  return (
    <>
      <WeekView week={week} schedule={schedule} onSchedule={setCell} onCopy={setSource} />
      {cell && (
        <ScheduleDialog
          cell={cell}
          week={week}
          schedule={schedule}
          now={now}
          onChange={onChange}
          onClose={close}
        />
      )}
      {source && <CopyDialog source={source} monday={monday} onChange={onChange} onClose={close} />}
    </>
  );
}
