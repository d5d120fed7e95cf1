import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import { env } from './env';

/** One line per event: readable text by default, JSON with LOG_FORMAT=json. */
export function openLog(name: string): Logger {
  const { LOG_FORMAT, LOG_LEVEL } = env();
  const options = { name, level: LOG_LEVEL };
  if (LOG_FORMAT === 'json') return pino(options);
  return pino(
    options,
    pretty({
      sync: true,
      singleLine: true,
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname',
      translateTime: 'SYS:HH:MM:ss',
    }),
  );
}
