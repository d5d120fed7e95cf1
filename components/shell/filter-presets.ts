import { formatFilter } from '@/components/ui/filter-tokens';
import type { FilterWord } from '@/core/job/filter-text';

/** A filter that is often wanted. */
export interface FilterPreset {
  readonly id: string;
  readonly label: string;
  readonly words: readonly FilterWord[];
}

/** Which preset these words are; null when they are something else. */
export function presetOf(presets: readonly FilterPreset[], words: readonly FilterWord[]): string | null {
  const wanted = formatFilter(words);
  return presets.find((preset) => formatFilter(preset.words) === wanted)?.id ?? null;
}
