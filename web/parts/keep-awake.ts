type Lock = { release: () => Promise<void> };
type Screen = { request: (kind: 'screen') => Promise<Lock> };
type Page = EventTarget & { readonly hidden: boolean };

/** Keeps the screen on until it is called off. A hidden page loses its lock, so it is taken again when the page is seen. */
export function keepAwake(screen: Screen, page: Page): () => void {
  let lock: Promise<Lock | undefined> | undefined;
  const take = () => {
    if (!page.hidden) lock = screen.request('screen').catch(() => undefined);
  };
  take();
  page.addEventListener('visibilitychange', take);
  return () => {
    page.removeEventListener('visibilitychange', take);
    void lock?.then((held) => held?.release());
  };
}
