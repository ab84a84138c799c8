import { useState } from 'preact/hooks';

/** A phone does not know the host that the program calls itself: its own pictures are paths here. */
export function pictureAddress(address: string): string {
  const publicUrl = document.querySelector<HTMLElement>('#app')?.dataset['publicUrl'];
  const isOurs = publicUrl !== undefined && address.startsWith(`${publicUrl}/`);
  return isOurs ? `/app/api${address.slice(publicUrl.length)}` : address;
}

type PosterProps = { name: string; address: string; isFirst?: boolean };

/** A movie's poster; drawn with its name where there is none, or where it cannot be had. */
export function Poster({ name, address, isFirst = false }: PosterProps) {
  const [failed, setFailed] = useState<string>();
  if (address === '' || failed === address) {
    return (
      <div class="poster drawn" aria-hidden="true">
        <span dir="auto">{name}</span>
      </div>
    );
  }
  return (
    <img
      class="poster"
      // Beside its name in the page, so the picture itself says nothing more.
      alt=""
      src={pictureAddress(address)}
      width={600}
      height={900}
      loading={isFirst ? 'eager' : 'lazy'}
      decoding="async"
      referrerpolicy="no-referrer"
      onError={() => setFailed(address)}
    />
  );
}
