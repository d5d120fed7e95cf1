/** Hands the reader a file made in the page. Browser only. */
export function downloadFile(name: string, content: BlobPart, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Firefox reads the address after click() has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
