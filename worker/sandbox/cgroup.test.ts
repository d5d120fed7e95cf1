import { describe, expect, it } from 'vitest';
import { parseOomKills } from '@/worker/sandbox/cgroup';
import { parseCgroupMounts, parseOwnCgroups } from '@/worker/sandbox/cgroup-hierarchy';

describe('what the kernel says about cgroups', () => {
  it('names this process’ group per controller, and the unified one by an empty name', () => {
    const own = parseOwnCgroups('9:name=systemd:/\n8:cpu,cpuacct:/a\n4:memory:/docker/abc\n0::/user.slice/x.scope\n');
    expect(own.get('memory')).toBe('/docker/abc');
    expect(own.get('cpuacct')).toBe('/a');
    expect(own.get('')).toBe('/user.slice/x.scope');
  });

  it('says where each hierarchy is mounted', () => {
    const mounts = parseCgroupMounts(
      [
        'tmpfs /sys/fs/cgroup tmpfs rw 0 0',
        'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0',
        'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
      ].join('\n'),
    );
    expect(mounts.get('memory')).toBe('/sys/fs/cgroup/memory');
    expect(mounts.get('')).toBe('/sys/fs/cgroup/unified');
    expect(mounts.get('pids')).toBeUndefined();
  });

  it('counts kills for memory in both versions’ files', () => {
    expect(parseOomKills('oom_kill_disable 0\nunder_oom 0\noom_kill 3\n')).toBe(3);
    expect(parseOomKills('low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\n')).toBe(1);
    expect(parseOomKills('')).toBe(0);
  });
});
