import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

const PORT = Number(process.env.BROWSER_TEST_PORT ?? 8793);

// One data folder for the run; the reporter process and the workers read the same environment variable.
process.env.BROWSER_TEST_FOLDER ??= fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-browser-'));

/** What measures time, or compares the whole database before and after: nothing may happen beside it. */
const ALONE = ['**/crawl.spec.ts', '**/speed.spec.ts'];

export default defineConfig({
  testDir: 'test/browser',
  // One browser: two and the product under test on two cores made late answers, and with them late tests.
  workers: 1,
  // What is wrong fails twice; what passes at the second try is named as flaky, and is to be mended.
  retries: 1,
  projects: [
    { name: 'together', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE, dependencies: ['together'] },
  ],
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    baseURL: `http://localhost:${PORT}`,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      // As root Chromium refuses its own sandbox; the rest keeps it from calling home.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: 'node launcher/start.mjs',
    url: `http://localhost:${PORT}/api/health`,
    env: {
      PORT: String(PORT),
      DATA_FOLDER: process.env.BROWSER_TEST_FOLDER,
      ADMIN_EMAIL: 'ada@example.com',
      ADMIN_PASSWORD: 'correct horse battery',
      DATABASE_URL: '',
      MODE: 'standalone',
    },
    reuseExistingServer: false,
    timeout: 240_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    stdout: 'pipe',
  },
});
