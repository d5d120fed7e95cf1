import { describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { encodeFrame, FrameDecoder, FrameError } from '@/worker/sandbox/frames';

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const frames = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.uint8Array({ maxLength: 200 })));
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 50 }), (given, step) => {
        const stream = Buffer.concat(given.map(([kind, body]) => encodeFrame(kind, Buffer.from(body))));
        const decoder = new FrameDecoder(1000);
        const found: [string, number[]][] = [];
        for (let offset = 0; offset < stream.length; offset += step) {
          for (const frame of decoder.push(stream.subarray(offset, offset + step))) {
            found.push([frame.kind, [...frame.body]]);
          }
        }
        expect(found).toEqual(given.map(([kind, body]) => [kind, [...body]]));
      }),
    );
  });

  it('let bubblewrap’s reports through between them', () => {
    const stream = `{ "child-pid": 42 }\nready 0\n{ "exit-code": 0 }\n`;
    const frames = new FrameDecoder(10).push(Buffer.from(stream));
    expect(frames.map((frame) => [frame.kind, frame.body.toString()])).toEqual([
      ['status', '{ "child-pid": 42 }'],
      ['ready', ''],
      ['status', '{ "exit-code": 0 }'],
    ]);
  });

  it.each([
    ['text that is no header', 'hello world, this is not a frame\n'],
    ['a line without an end', 'x'.repeat(600)],
    ['a negative length', 'result -1\n'],
    ['a body over the limit', 'result 1001\n'],
  ])('refuses %s', (_what, text) => {
    expect(() => new FrameDecoder(1000).push(Buffer.from(text))).toThrow(FrameError);
  });
});
