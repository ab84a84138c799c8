import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { readCode } from '../../api/routes.ts';
import type { Result } from '../../api/failures.ts';
import { useLoaded } from '../../parts/loading.tsx';
import { PdfButton } from '../../parts/pdf-button.tsx';
import { Problem } from '../../parts/problem.tsx';
import { desk } from '../../text/desk.ts';
import { readShowOnce } from '../shows-read.ts';
import { choosePaper, paper, PAPERS } from './paper.ts';
import { printouts, type PrintedBooking, type Printout } from './sheet.tsx';

type PrinterProps = {
  booking: PrintedBooking;
  onPrinted?: () => void;
  /** Behind the buttons. */
  children: ComponentChildren;
};

/** Prints a ticket with the API's code on a page or a roll, or saves the API's PDF. */
export function TicketPrinter({ booking, onPrinted, children }: PrinterProps) {
  const ready = useLoaded((signal) => readPrintout(booking, signal), booking.booking_id);
  return (
    <>
      <PaperChoice />
      {ready.failure && <Problem failure={ready.failure} onRetry={ready.reload} />}
      <div class="actions" aria-busy={!ready.data && !ready.failure}>
        {ready.data && <Printing of={ready.data} onPrinted={onPrinted} />}
        <PdfButton id={booking.booking_id} />
        {children}
      </div>
    </>
  );
}

async function readPrintout(booking: PrintedBooking, signal: AbortSignal): Promise<Result<Printout>> {
  const [show, code] = await Promise.all([
    readShowOnce(booking.show_id),
    readCode(booking.booking_id, signal),
  ]);
  if (show.failure) return show;
  if (code.failure) return code;
  const { mime_type, qr_code } = code.data;
  return { data: { booking, show: show.data, code: `data:${mime_type};base64,${qr_code}` } };
}

function PaperChoice() {
  return (
    <fieldset class="papers">
      <legend>{desk.print.paper}</legend>
      {PAPERS.map((each) => (
        <label key={each} class="check">
          <input
            type="radio"
            name="paper"
            checked={paper.value === each}
            onChange={() => choosePaper(each)}
          />
          <span>{desk.print.papers[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

type PrintingProps = { of: Printout; onPrinted: (() => void) | undefined };

function Printing({ of, onPrinted }: PrintingProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    printouts.value = [...printouts.peek(), of];
    button.current?.focus();
    return () => (printouts.value = printouts.peek().filter((each) => each !== of));
  }, [of]);
  const print = async () => {
    // A picture that is not decoded yet would be missing on paper.
    await document.querySelector<HTMLImageElement>('.sheet-code')?.decode();
    window.print();
    onPrinted?.();
  };
  return (
    <button ref={button} type="button" class="main" onClick={() => void print()}>
      {desk.print.print}
    </button>
  );
}
