import type { NextConfig } from 'next';

const config: NextConfig = {
  typedRoutes: true,
  // `npm test` checks all types at once; a start from a fresh clone need not do it again.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // Without it, a development page opened on 127.0.0.1 never hydrates.
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  serverExternalPackages: ['pg', 'graphile-worker', 'pino'],
  images: { unoptimized: true },
  experimental: {
    optimizePackageImports: ['lucide-react', 'radix-ui'],
    // The gate refuses with forbidden(): one page says why, with the status 403.
    authInterrupts: true,
  },
};

export default config;
