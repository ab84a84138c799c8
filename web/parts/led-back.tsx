import { useEffect, useState } from 'preact/hooks';
import { keepInTab, readInTab } from '../api/tab.ts';
import { text } from '../text/text.ts';

const PLACE = 'skyfox.led-back';

/** Leads a customer from a page of the desk or the door back to the programme, which then says why if the tab can keep that. */
export function leadBack(): void {
  keepInTab(PLACE, true);
  location.replace('/app/');
}

/** The word why, once. */
export function LedBack() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    setShown(readInTab(PLACE) !== undefined);
    keepInTab(PLACE, undefined);
  }, []);
  if (!isShown) return null;
  return (
    <p class="banner" role="status">
      {text.ledBack}
    </p>
  );
}
