/** Where a command writes. What is meant for programs goes to stdout, everything else to stderr. */
export interface Terminal {
  /** stdout is a person's screen, not a pipe or a file */
  readonly isTty: boolean;
  readonly columns: number;
  /** a line, or text as it is, on stdout */
  print(line: string): void;
  write(text: string): void;
  /** a line, or text as it is, on stderr */
  note(line: string): void;
  writeNote(text: string): void;
}

/** This process's own streams. A reader who closes the pipe (`| head`) has seen enough: that is no error. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    isTty: process.stdout.isTTY === true,
    // A terminal that does not know its size says 0.
    columns: process.stdout.columns || 120,
    print: (line) => void process.stdout.write(`${line}\n`),
    write: (text) => void process.stdout.write(text),
    note: (line) => void process.stderr.write(`${line}\n`),
    writeNote: (text) => void process.stderr.write(text),
  };
}

// Control characters in names or logs must not steer the terminal; log text keeps its colours and line breaks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Rows in columns as wide as their contents, with a head; the last column is cut on a screen that is too narrow. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): string {
  const clean = [head, ...rows].map((row) => row.map((cell) => cell.replace(CONTROL, ' ')));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  const lines = clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => (terminal.isTty ? line.slice(0, terminal.columns) : line)).join('\n');
}

/** 950 ms, 4.2 s, 3 min 20 s, 2 h 5 min. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** A moment in the reader's own time: 2026-11-22 17:40:05. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
