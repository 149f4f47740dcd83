import { testFixture } from '../support/fixtures.js';

testFixture('scopes-and-writes');
