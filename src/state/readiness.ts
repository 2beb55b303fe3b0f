/** @file Says in one sentence why training cannot start yet. The answer is null when it can. */
import type { PresetDescription } from '../../workers/protocol/catalogue';
import type { DeviceInfo } from '../../workers/protocol/device';
import type { AppState } from './store';
import { chosenRefusal, chosenTasks } from './tasks';

export const backendLabel: Record<DeviceInfo['backend'], string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'CPU',
};
const either = new Intl.ListFormat('en', { type: 'disjunction' });

/** The backends that can train a preset, in words: `WebGPU or WebAssembly`. */
export const runsOnWords = ({ runsOn }: Pick<PresetDescription, 'runsOn'>): string =>
  either.format(runsOn.map(id => backendLabel[id]));

/** Refuses a network that the backend cannot train: there, one step can take hours, or more memory than there is. */
export function presetRefusal({
  catalogue,
  device,
  settings,
}: Pick<AppState, 'catalogue' | 'device' | 'settings'>): string | null {
  const preset = catalogue?.presets.find(({ id }) => id === settings.preset);
  if (!catalogue || !device || !preset || preset.runsOn.includes(device.backend)) return null;
  const possible = catalogue.presets.filter(({ runsOn }) => runsOn.includes(device.backend));
  return `${preset.label} is too large for this page's backend, ${backendLabel[device.backend]}: it needs ${runsOnWords(preset)}. Choose ${either.format(possible.map(({ label }) => label))}.`;
}

/** The memory that these settings need on the GPU. Undefined until the worker has answered for them. */
export function memoryEstimate({
  memory,
  settings,
  dataset,
}: Pick<AppState, 'memory' | 'settings' | 'dataset'>) {
  return memory?.settings === settings && memory.dataset === dataset ? memory.estimate : undefined;
}

/**
 * Says why the open dataset or the backend cannot train the chosen system, methods and preset. A method that trains one
 * task alone needs only that task's labels; the worker checks those.
 */
function settingsRefusal(state: AppState): string | null {
  const { catalogue, dataset, settings } = state;
  const alone = settings.methods.every(
    id => catalogue?.weightings.find(weighting => weighting.id === id)?.singleTaskOption != null,
  );
  const answer = dataset?.systems[settings.system];
  if (typeof answer === 'string' && !alone) return answer;
  const chosen = catalogue && chosenTasks(catalogue, settings);
  const need = dataset && chosen && !alone ? chosenRefusal(dataset, chosen) : null;
  if (need !== null) return need;
  const problem = memoryEstimate(state)?.problem;
  return presetRefusal(state) ?? (problem?.refuses ? problem.message : null);
}

export function whyNot(state: AppState): string | null {
  const { engine, dataset, opening, settings } = state;
  if (engine === 'failed') return 'Nothing can be trained until the page is reloaded.';
  if (engine !== 'ready') return 'The backend is starting.';
  if (opening) return 'The dataset is being opened.';
  if (!dataset) return 'Open some faces first.';
  if (settings.methods.length === 0) return 'Choose at least one method.';
  return settingsRefusal(state);
}
