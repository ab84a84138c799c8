import { useState } from 'preact/hooks';
import { readPdf } from '../api/routes.ts';
import { text } from '../text/text.ts';
import { fromBase64, saveFile } from './open-file.ts';

/** Saves the ticket that the API has made. */
export function PdfButton({ id }: { id: number }) {
  const [problem, setProblem] = useState('');
  const save = async () => {
    const { data } = await readPdf(id);
    setProblem(data ? '' : text.ticket.pdfFailed);
    if (data) saveFile(`skyfox-ticket-${id}.pdf`, fromBase64(data.pdf, data.mime_type));
  };
  return (
    <>
      <button type="button" onClick={() => void save()}>
        {text.ticket.pdf}
      </button>
      {problem && (
        <p class="fault" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
