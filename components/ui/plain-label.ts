/** A name of a program as people write it: `due_date` is Due date, `orderID` is Order ID. Other text stays as it is. */
export function plainLabel(name: string): string {
  if (!/^[\p{L}\p{N}_-]*\p{L}[\p{L}\p{N}_-]*$/u.test(name)) return name;
  const words = name
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .trim()
    .split(' ')
    .map((word) => (/^\p{Lu}{2,}\p{N}*$/u.test(word) ? word : word.toLowerCase()));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
