export interface RunningPostgres {
  url: string;
  pid: number;
  isAdopted: boolean;
  stop(): Promise<void>;
}
export function startPostgres(options: {
  dataFolder: string;
  tcpPort?: number;
  settings?: Record<string, string>;
  logFile?: string;
}): Promise<RunningPostgres>;
export function embeddedUrl(dataFolder: string): string | null;
export function canConnect(url: string): Promise<boolean>;
