import type { FilterToken } from './filter-tokens';

const text = { search: (words: string) => `Search for “${words}”` };

export type FilterField = {
  id: string;
  label: string;
  /** What is meant by it, in the list of suggestions. */
  hint?: string;
  options?: { value: string; label: string }[];
};

/** What typing may become: a whole condition, or the beginning of one on a field. */
export type Suggestion = { id: string; label: string; hint?: string; token?: FilterToken; field?: string };

/** What fits the words typed so far: fields first, and then the values of the one that was begun. */
export function suggest(fields: FilterField[], typed: string): Suggestion[] {
  const colon = typed.indexOf(':');
  const name = colon > 0 ? typed.slice(0, colon) : '';
  const field = fields.find((candidate) => name === candidate.id || name.startsWith(`${candidate.id}.`));
  if (field) return suggestValues(field, name, typed.slice(colon + 1));
  const wanted = typed.trim().toLowerCase();
  const found: Suggestion[] = fields
    .filter((candidate) => candidate.id.startsWith(wanted) || candidate.label.toLowerCase().startsWith(wanted))
    .map((candidate) => ({ id: candidate.id, label: `${candidate.id}:`, hint: candidate.hint, field: candidate.id }));
  if (wanted === '') return found;
  const words = typed.trim();
  return [{ id: '_words', label: text.search(words), token: { field: '', value: words } }, ...found];
}

function suggestValues(field: FilterField, name: string, typed: string): Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  const options = (field.options ?? []).filter((option) =>
    `${option.value} ${option.label}`.toLowerCase().includes(wanted),
  );
  const found: Suggestion[] = options.map((option) => ({
    id: `${field.id}-${option.value}`,
    label: option.label,
    token: { field: name, value: option.value },
  }));
  if (wanted === '' || options.some((option) => option.value === typed)) return found;
  return [...found, { id: '_typed', label: `${name}: ${typed.trim()}`, token: { field: name, value: typed.trim() } }];
}
