/** Why a job has no arguments, result and log any more, for people. */
export const DELETED = 'Its arguments, result and log were deleted, as its definition asks (delete_after_secs).';
