import { useState } from 'preact/hooks';
import { exportBookings } from '../../api/desk-routes.ts';
import type { Failure } from '../../api/failures.ts';
import type { Span } from '../../api/office-routes.ts';
import { announce } from '../../parts/announce.tsx';
import { saveFile } from '../../parts/open-file.ts';
import { Problem } from '../../parts/problem.tsx';
import { office } from '../../text/office.ts';
import { text } from '../../text/text.ts';

/** Saves the bookings that the page counts, for Excel. */
export function ExportButton({ span }: { span: Span }) {
  const words = office.revenue;
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const save = async () => {
    if (isSaving) return;
    setSaving(true);
    setFailure(undefined);
    const { data, failure } = await exportBookings({ ...span, excel: true });
    setSaving(false);
    setFailure(failure);
    if (!data) return;
    saveFile(data.name, data);
    announce(words.exported(data.name));
  };
  return (
    <>
      <p class="actions">
        <button type="button" aria-disabled={isSaving} onClick={() => void save()}>
          {isSaving ? text.sending : words.export}
        </button>
      </p>
      <p class="hint">{words.exportHint}</p>
      {failure && <Problem failure={failure} onRetry={() => void save()} />}
    </>
  );
}
