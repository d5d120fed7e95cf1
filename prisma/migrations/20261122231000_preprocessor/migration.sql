-- How a script's preprocessor takes a request: `event` (one argument, the whole request) or `arguments`; null: it has none.
ALTER TABLE script_version ADD COLUMN preprocessor text;
-- null: nothing to preprocess; false: the arguments are still the request; true: they are what the preprocessor made of it.
ALTER TABLE job ADD COLUMN preprocessed boolean;

-- Versions from before are recognised by their text; from here on a deploy reads the signature.
UPDATE script_version SET preprocessor = CASE
  WHEN content ~ 'preprocessor\s*(=\s*(async\s*)?)?\(\s*event\M' THEN 'event' ELSE 'arguments' END
WHERE (language = 'python3' AND content ~ '(^|\n)(async\s+)?def\s+preprocessor\s*\('
    AND content ~ '(^|\n)(async\s+)?def\s+main\s*\(')
  OR (language IN ('bun', 'deno', 'nativets', 'bunnative')
    AND content ~ '(^|\n)export\s+((async\s+)?function|const)\s+preprocessor\M'
    AND content ~ '(^|\n)export\s+((async\s+)?function|const)\s+main\M');
