import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, gzipSync } from 'node:zlib';

/** One package: file name → text. For both worlds it needs a name and versions. */
export interface IndexedPackage {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
}

export interface PackageIndex {
  readonly pythonUrl: string;
  readonly npmUrl: string;
  /** Requests for package files so far. */
  downloads(): number;
  close(): Promise<void>;
}

/** A package index on loopback, Python's and npm's at once, serving exactly these packages. */
export async function servePackages(
  python: readonly IndexedPackage[],
  npm: readonly IndexedPackage[],
): Promise<PackageIndex> {
  let downloads = 0;
  let base = '';
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const answer = path.startsWith('/npm/') ? npmAnswer(path.slice(5), npm, base) : pythonAnswer(path, python);
    if (/\.(whl|tgz)$/.test(path)) downloads++;
    response.writeHead(answer ? 200 : 404, { 'content-type': answer?.type ?? 'text/plain' });
    response.end(answer?.body ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    pythonUrl: `${base}/simple/`,
    npmUrl: `${base}/npm/`,
    downloads: () => downloads,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
}

function pythonAnswer(path: string, packages: readonly IndexedPackage[]): Answer | null {
  const page = /^\/simple\/([^/]+)\/?$/.exec(path)?.[1];
  if (page) {
    const links = packages
      .filter((one) => one.name.replaceAll('_', '-') === page)
      .map((one) => `<a href="/files/${wheelName(one)}">${wheelName(one)}</a>`);
    return links.length > 0
      ? { type: 'text/html', body: `<!DOCTYPE html><html><body>${links.join('\n')}</body></html>` }
      : null;
  }
  const found = packages.find((one) => path === `/files/${wheelName(one)}`);
  return found ? { type: 'application/zip', body: wheel(found) } : null;
}

function wheelName({ name, version }: IndexedPackage): string {
  return `${name}-${version}-py3-none-any.whl`;
}

function wheel({ name, version, files, needs = [] }: IndexedPackage): Buffer {
  const info = `${name}-${version}.dist-info`;
  const requires = needs.map((need) => `Requires-Dist: ${need}\n`).join('');
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires}`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const record = [...Object.keys(all), `${info}/RECORD`].map((file) => `${file},,`).join('\n');
  return zip({ ...all, [`${info}/RECORD`]: `${record}\n` });
}

/** A zip archive without compression. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [file, text] of Object.entries(files)) {
    const name = Buffer.from(file);
    const body = Buffer.from(text);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(body), 10);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(body.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o100644 * 65536, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), fields, tail, name]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}

function npmAnswer(path: string, packages: readonly IndexedPackage[], base: string): Answer | null {
  const file = packages.find((one) => path === `files/${one.name}-${one.version}.tgz`);
  if (file) return { type: 'application/octet-stream', body: tarball(file) };
  const found = packages.filter((one) => one.name === path);
  if (found.length === 0) return null;
  const versions = found.map((one) => [
    one.version,
    {
      ...manifest(one),
      dist: {
        tarball: `${base}/npm/files/${one.name}-${one.version}.tgz`,
        integrity: `sha512-${createHash('sha512').update(tarball(one)).digest('base64')}`,
      },
    },
  ]);
  const body = { name: path, 'dist-tags': { latest: found.at(-1)?.version }, versions: Object.fromEntries(versions) };
  return { type: 'application/json', body: JSON.stringify(body) };
}

function manifest({ name, version, needs = [] }: IndexedPackage): object {
  return {
    name,
    version,
    main: 'index.js',
    dependencies: Object.fromEntries(needs.map((need) => [need, '*'])),
    scripts: { postinstall: 'touch /tmp/postinstall-ran; touch ../../postinstall-ran' },
  };
}

function tarball(one: IndexedPackage): Buffer {
  const files = { ...one.files, 'package.json': JSON.stringify(manifest(one)) };
  const entries = Object.entries(files).map(([file, text]) => {
    const body = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(`package/${file}`, 0);
    header.write('0000644\0', 100);
    header.write('0000000\x000000000\0', 108);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0ustar\x0000', 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  });
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}
