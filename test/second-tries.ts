import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Names, behind everything else, the tests that passed only at their second try: each is a race that is to be mended. */
export default class SecondTries implements Reporter {
  private vitest: Vitest | null = null;

  onInit(vitest: Vitest) {
    this.vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]) {
    const names = modules.flatMap((module) =>
      [...module.children.allTests('passed')]
        .filter((test) => test.diagnostic()?.flaky)
        .map((test) => `  ${module.relativeModuleId}: ${test.fullName}`),
    );
    if (names.length > 0) this.vitest?.logger.log(`\nPassed only at the second try:\n${names.join('\n')}\n`);
  }
}
