import { signal } from '@preact/signals';

const polite = signal('');
const urgent = signal('');

/** Said by screen readers when they have time. The same text twice is said twice. */
export const announce = (text: string): void => say(polite, text);
/** Said at once. Only for what changes what the reader is about to do. */
export const announceNow = (text: string): void => say(urgent, text);

function say(region: typeof polite, text: string): void {
  region.value = region.value === text ? `${text}\u00A0` : text;
}

/** One of each in the page, from its beginning on: regions that come later are not listened to. */
export function LiveRegions() {
  return (
    <>
      <p class="unseen" role="status">
        {polite}
      </p>
      <p class="unseen" role="alert">
        {urgent}
      </p>
    </>
  );
}
