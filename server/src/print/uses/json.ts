import type { ApiUse, UsesReport } from '@pageref/shared';
import { filesJson, functionsJson, stringify, userModelJson } from '../json-parts.js';

/** The contract of docs/json.md for `uses`. */
export function usesJson({ schemaVersion, tool, release, root, uses, summary }: UsesReport): string {
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    root,
    uses: uses.map(useJson),
    summary: {
      uses: summary.uses,
      byApi: summary.byApi.map(({ api, uses: count }) => ({ api, uses: count })),
      functions: functionsJson(summary.functions),
      files: filesJson(summary.files),
      release: { value: summary.release.value, detected: summary.release.detected },
      userModel: userModelJson(summary.userModel),
    },
  });
}

function useJson({
  path,
  line,
  column,
  function: where,
  api,
  effect,
  on,
  argument,
  counterpart,
  zoneDevice,
}: ApiUse): ApiUse {
  return { path, line, column, function: where, api, effect, on, argument, counterpart, zoneDevice };
}
