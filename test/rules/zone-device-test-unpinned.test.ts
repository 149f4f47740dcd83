import { testRule } from '../support/rule-fixtures.js';

testRule('zone-device-test-unpinned');
