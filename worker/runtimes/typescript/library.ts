/** Our own library, which every job has; a version of it from the registry has to be asked for by its version. */
export const BUILT_IN_PACKAGES: readonly string[] = ['fantail', 'windmill-client'];
