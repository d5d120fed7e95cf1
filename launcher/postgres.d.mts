export interface RunningPostgres {
  url: string;
  pid: number;
  isAdopted: boolean;
  /** where the demo database answers; null when it does not */
  demoPort: number | null;
  stop(): Promise<void>;
}
export function startPostgres(options: {
  dataFolder: string;
  tcpPort?: number;
  demoPort?: number;
  settings?: Record<string, string>;
  logFile?: string;
}): Promise<RunningPostgres>;
export function embeddedUrl(dataFolder: string): string | null;
export function canConnect(url: string): Promise<boolean>;
export function demoPortFor(dataFolder: string): Promise<number>;
