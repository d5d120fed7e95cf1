export function isBuilt(): boolean;
export function buildProcesses(): Promise<void>;
export function build(): Promise<void>;
