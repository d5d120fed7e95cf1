import type { NextConfig } from 'next';

const config: NextConfig = {
  typedRoutes: true,
  poweredByHeader: false,
  // Without it, a development page opened on 127.0.0.1 never hydrates.
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  serverExternalPackages: ['pg', 'graphile-worker', 'pino'],
  images: { unoptimized: true },
  experimental: { optimizePackageImports: ['lucide-react', 'radix-ui'] },
};

export default config;
