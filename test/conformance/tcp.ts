import net from 'node:net';
import { isObject } from './api';

/** A peer that answers one byte per connection, as a case's harness says. */
export interface Peer {
  readonly port: number;
  /** what did not go as the harness says */
  readonly surprises: readonly string[];
  close(): Promise<void>;
}

/** For each connection: reads a byte, compares it, answers one or hangs up. */
export async function startPeer(sequence: unknown): Promise<Peer> {
  const steps = Array.isArray(sequence) ? sequence.filter(isObject) : [];
  const surprises: string[] = [];
  let at = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (data) => {
      const step = steps[at++];
      if (step === undefined) surprises.push(`connection ${at} is one too many`);
      else if (data[0] !== step.recv) surprises.push(`connection ${at} sent ${data[0]}, expected ${String(step.recv)}`);
      if (typeof step?.reply === 'number') socket.end(Buffer.from([step.reply]));
      else socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    surprises,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
