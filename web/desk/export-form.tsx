import { exportBookings } from '../api/desk-routes.ts';
import { announce } from '../parts/announce.tsx';
import { Field, Input } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { saveFile } from '../parts/open-file.ts';
import { desk } from '../text/desk.ts';
import { monthNames } from '../text/formats.ts';

/** Paid bookings as a file. */
export function ExportForm() {
  const words = desk.exporting;
  const send = async ({ month = '', year = '', excel }: Record<string, string>) => {
    const asked = year.trim();
    if (asked !== '' && !/^[1-9]\d{0,3}$/.test(asked)) return { faults: { year: words.yearFault } };
    const { data, failure } = await exportBookings({
      month: Number(month) || undefined,
      year: Number(asked) || undefined,
      excel: excel === 'on',
    });
    if (!data) return { failure };
    saveFile(data.name, data);
    announce(words.done(data.name));
    return undefined;
  };
  return (
    <section class="card export" aria-labelledby="export">
      <h2 id="export">{words.title}</h2>
      <Form send={send} submit={words.submit}>
        {(faults) => (
          <div class="export-fields">
            <Field label={words.month}>
              {(tie) => (
                <select {...tie} name="month">
                  <option value="">{words.everyMonth}</option>
                  {monthNames.map((name, at) => (
                    <option key={name} value={at + 1}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Input
              name="year"
              label={words.year}
              hint={words.yearHint}
              fault={faults['year']}
              inputMode="numeric"
              autocomplete="off"
              maxLength={4}
            />
            <label class="check">
              <input type="checkbox" name="excel" defaultChecked />
              <span>{words.excel}</span>
            </label>
          </div>
        )}
      </Form>
    </section>
  );
}
