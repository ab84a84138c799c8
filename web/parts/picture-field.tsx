import { useRef, useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Field } from './field.tsx';
import { isPicture, LARGEST_BYTES } from './picture.ts';

type PictureFieldProps = { fault?: string | undefined; onPicture: (picture: File | undefined) => void };

/** A picture from the camera or from a file. */
export function PictureField({ fault, onPicture }: PictureFieldProps) {
  const words = text.account;
  const [problem, setProblem] = useState<string>();
  const latest = useRef<File | undefined>(undefined);
  const look = async (file: File | undefined) => {
    latest.current = file;
    const found = file && (await problemOf(file));
    // Somebody may have chosen another meanwhile.
    if (latest.current !== file) return;
    setProblem(found);
    onPicture(found ? undefined : file);
  };
  return (
    <Field label={words.picture} hint={words.pictureHint} fault={problem ?? fault}>
      {(tie) => (
        <input
          {...tie}
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif"
          onChange={({ currentTarget }) => void look(currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}

async function problemOf(file: File): Promise<string | undefined> {
  if (file.size > LARGEST_BYTES) return text.account.pictureLarge;
  return (await isPicture(file)) ? undefined : text.account.pictureBad;
}
