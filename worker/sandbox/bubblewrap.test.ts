import { describe, expect, it } from 'vitest';
import { BASE_ENV, bubblewrapAdvice, bubblewrapArgs, type View } from '@/worker/sandbox/bubblewrap';

const view: View = {
  bindings: [
    { from: '/usr', to: '/usr' },
    { from: '/data/view', to: '/runtime' },
  ],
  hidden: ['/usr/src/app'],
  isNetworkShared: true,
  scratchMb: 64,
  isNestingDisabled: true,
  isMemoryLimited: false,
  workFolder: null,
  env: BASE_ENV,
};

describe('bubblewrapArgs', () => {
  const args = bubblewrapArgs('/usr/bin/bwrap', view, [{ target: 'usr/bin', at: '/bin' }]);

  it('takes every namespace and every capability away', () => {
    for (const flag of ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent']) {
      expect(args).toContain(flag);
    }
    expect(args.join(' ')).toContain('--cap-drop ALL');
    expect(args).not.toContain('--unshare-net');
  });

  it('hides a folder inside /usr after /usr is bound', () => {
    expect(args.indexOf('/usr/src/app')).toBeGreaterThan(args.indexOf('/usr'));
  });

  it('makes nothing writable but the private folders, and seals the root last', () => {
    expect(args).not.toContain('--bind');
    expect(args.lastIndexOf('--tmpfs')).toBeLessThan(args.lastIndexOf('--remount-ro'));
    expect(args.filter((arg) => arg === String(64 * 1024 * 1024))).toHaveLength(2);
  });

  it('shares no network when told so', () => {
    expect(bubblewrapArgs('bwrap', { ...view, isNetworkShared: false }, [])).toContain('--unshare-net');
  });
});

describe('bubblewrapAdvice', () => {
  it.each([
    ['spawn bwrap ENOENT', 'apt-get install bubblewrap'],
    ['bwrap: No permissions to create new namespace', 'kernel.unprivileged_userns_clone=1'],
    ["bwrap: Can't mount proc on /newroot/proc: Operation not permitted", 'systempaths=unconfined'],
    ['bwrap: something else', 'something else'],
  ])('for %j names the fix', (complaint, fix) => {
    expect(bubblewrapAdvice(complaint)).toContain(fix);
    expect(bubblewrapAdvice(complaint)).toContain('SANDBOX=off');
  });
});
