export function ensureAppRole(url: string): Promise<{ role: string; why: null } | { role: null; why: string }>;
