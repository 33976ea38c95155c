// The number formats of the screen for those who draw. They stand in viz/model/format.h, because
// the layouts decide how wide a number is; panels and text calls include them from here.
#pragma once

#include "viz/model/format.h"
