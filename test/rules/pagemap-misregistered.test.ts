import { testRule } from '../support/rule-fixtures.js';

testRule('pagemap-misregistered');
