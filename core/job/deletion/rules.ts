/** Why a job has no arguments, result and log any more, for people. */
export const DELETED = 'Its arguments, result and log were deleted some time after its end, as its author asked.';
