import { useEffect, useState } from 'preact/hooks';
import { text } from '../text/text.ts';

const PLACE = 'skyfox.led-back';

/** Leads a customer from a page of the desk or the door back to the programme, which then says why. */
export function leadBack(): void {
  try {
    sessionStorage.setItem(PLACE, 'yes');
  } catch {
    // Without storage the customer is led back without a word.
  }
  location.replace('/app/');
}

/** The word why, once. */
export function LedBack() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    try {
      setShown(sessionStorage.getItem(PLACE) !== null);
      sessionStorage.removeItem(PLACE);
    } catch {
      // There is no storage, so there is nothing to say.
    }
  }, []);
  if (!isShown) return null;
  return (
    <p class="banner" role="status">
      {text.ledBack}
    </p>
  );
}
