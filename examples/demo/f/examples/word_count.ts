type Row = { word: string; times: number };

/**
 * Count the words of a text, most frequent first. A list of objects is shown as a table.
 * @param text any text
 * @param most how many words to list
 */
export async function main(text: string = 'the fan turns the tail, the tail turns the sails', most: number = 5): Promise<Row[]> {
  const times = new Map<string, number>();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) times.set(word, (times.get(word) ?? 0) + 1);
  return [...times]
    .map(([word, times]) => ({ word, times }))
    .sort((left, right) => right.times - left.times)
    .slice(0, most);
}
