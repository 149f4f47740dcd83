import type { FunctionOwners, OwnedAcquisition, OwnersReport } from '@pageref/shared';
import { filesJson, functionsJson, stringify, userModelJson } from '../json-parts.js';

/** The contract of docs/json.md for `owners`. */
export function ownersJson({ schemaVersion, tool, release, root, functions, summary }: OwnersReport): string {
  return stringify({
    schemaVersion,
    tool: { name: tool.name, version: tool.version },
    release,
    root,
    functions: functions.map(functionJson),
    summary: {
      acquisitions: summary.acquisitions,
      reported: summary.reported,
      functions: functionsJson(summary.functions),
      files: filesJson(summary.files),
      release: { value: summary.release.value, detected: summary.release.detected },
      userModel: userModelJson(summary.userModel),
    },
  });
}

function functionJson({ path, line, column, function: where, acquisitions }: FunctionOwners): FunctionOwners {
  return { path, line, column, function: where, acquisitions: acquisitions.map(acquisitionJson) };
}

function acquisitionJson({ line, column, api, unit, ways, reported, silence }: OwnedAcquisition): OwnedAcquisition {
  return {
    line,
    column,
    api,
    unit,
    ways: ways.map((way) => ({
      line: way.line,
      column: way.column,
      returns: way.returns,
      owners: way.owners.map(({ owner, by, line: at }) => ({ owner, by, line: at })),
    })),
    reported,
    silence,
  };
}
