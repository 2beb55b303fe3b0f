/**
 * @file Exports everything that draws charts. With its libraries it is half of the page's script, and nothing of it is
 * seen before the first run.
 */
export { chartBlob } from '../../charts/exportChart';
export { Charts } from './Charts';
export { CurveView } from './results/CurveView';
