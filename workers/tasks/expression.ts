/** @file The system of the first paper (METHOD section 2): recognise the person and the expression. */
import { type System, task } from './task';

export const expression: System = {
  pairs: 'all',
  label: 'Face + expression (2 tasks)',
  cites:
    'Z. Ming, J. Xia, M. M. Luqman, J.-C. Burie, K. Zhao: Dynamic Multi-Task Learning for Face Recognition with Facial Expression, 2019',
  tasks: [
    task('identity', 'Identity', { column: 'identity', embeds: true }),
    task('expression', 'Expression', { column: 'expression' }),
  ],
};
