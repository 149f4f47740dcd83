/** The error of a run that was called off: `name` is "AbortError", as the platform's own functions have it. */
export function aborted(): Error {
  const error = new Error('the run was stopped');
  error.name = 'AbortError';
  return error;
}
