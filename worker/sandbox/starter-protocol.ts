/** Messages between the worker and its starter process. */
export interface SandboxPipes {
  readonly input: string;
  readonly output: string;
  readonly stdout: string;
  /** The same path as `stdout` where one pipe carries both. */
  readonly stderr: string;
}

/** What sandboxes of one kind have in common, sent once: a command line is kilobytes. */
export interface StartRecipe {
  readonly type: 'recipe';
  readonly recipe: string;
  /** The whole command line: bubblewrap and what runs in it, or the interpreter itself when the sandbox is off. */
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly maxFileMb: number;
  readonly isNamespaced: boolean;
}

export interface StartCommand {
  readonly type: 'start';
  readonly id: string;
  readonly recipe: string;
  /** `cgroup.procs` files to join before anything else. */
  readonly joinFiles: readonly string[];
  readonly fifos: SandboxPipes;
  /** Private working folder when the sandbox is off; null inside bubblewrap. */
  readonly folder: string | null;
}

export type ToStarter =
  | StartRecipe
  | StartCommand
  | { readonly type: 'terminate'; readonly id: string }
  | { readonly type: 'kill'; readonly id: string }
  | { readonly type: 'pipes'; readonly folder: string; readonly count: number };

export type FromStarter =
  | {
      readonly type: 'exited';
      readonly id: string;
      readonly code: number | null;
      readonly signal: string | null;
      readonly error?: string;
    }
  | { readonly type: 'pipes'; readonly paths: readonly string[]; readonly error?: string };
