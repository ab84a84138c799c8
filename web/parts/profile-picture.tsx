import { useRef, useState } from 'preact/hooks';
import { changePicture, readPicture } from '../api/routes.ts';
import { text } from '../text/text.ts';
import { announce } from './announce.tsx';
import { Dialog } from './dialog.tsx';
import { Input } from './field.tsx';
import { Form, type Faults } from './form.tsx';
import { useLoaded } from './loading.tsx';
import { PictureField } from './picture-field.tsx';
import { initialsOf, pictureToSend } from './picture.ts';
import { pictureAddress } from './poster.tsx';

/** The user's picture, or the initials, and the way to change it. */
export function ProfilePicture({ name }: { name: string }) {
  const words = text.account;
  const picture = useLoaded(readPicture, 'picture');
  const [failed, setFailed] = useState(false);
  const [isChanging, setChanging] = useState(false);
  return (
    <div class="who">
      {picture.data && !failed ? (
        <img
          class="avatar"
          src={pictureAddress(picture.data.presigned_url)}
          alt={words.picture}
          width={64}
          height={64}
          onError={() => setFailed(true)}
        />
      ) : (
        <span class="avatar drawn" aria-hidden="true">
          {initialsOf(name)}
        </span>
      )}
      <strong dir="auto">{name}</strong>
      <button type="button" onClick={() => setChanging(true)}>
        {words.changePicture}
      </button>
      {isChanging && (
        <ChangePicture
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            setFailed(false);
            announce(words.pictureDone);
            picture.reload();
          }}
        />
      )}
    </div>
  );
}

function ChangePicture({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const words = text.account;
  const picture = useRef<File | undefined>(undefined);
  const send = async ({ security_answer = '' }: Record<string, string>) => {
    const { current } = picture;
    const faults: Faults = {
      ...(current ? {} : { profile_img: words.choosePicture }),
      ...(security_answer.trim() ? {} : { security_answer: text.required }),
    };
    if (!current || Object.keys(faults).length > 0) return { faults };
    const { failure } = await changePicture({ security_answer, ...(await pictureToSend(current)) });
    if (!failure) onDone();
    return { failure };
  };
  return (
    <Dialog title={words.changePicture} onClose={onClose}>
      <Form
        send={send}
        submit={text.save}
        beside={
          <button type="button" onClick={onClose}>
            {text.cancel}
          </button>
        }
      >
        {(faults) => (
          <>
            <PictureField fault={faults['profile_img']} onPicture={(file) => (picture.current = file)} />
            <Input
              name="security_answer"
              label={words.answer}
              fault={faults['security_answer']}
              hint={words.answerHint}
              autocomplete="off"
              dir="auto"
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}
