/** Gives the reader a file that was made here or came as base64. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has the file's bytes by then; the address is not needed any more.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function fromBase64(text: string, type: string): Blob {
  const bytes = Uint8Array.from(atob(text), (char) => char.codePointAt(0) ?? 0);
  return new Blob([bytes], { type });
}
