// What the parser has told of the request, as boxes of its picture: the first line in its four
// steps (found, split, validated, URL), and the headers as they come into the map; those that lie
// in the buffer unread are to come. Called by layout_parser.
#pragma once

#include "viz/model/parser_film.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// Into `rest`, as far as there is room. `tall`: a box for each step, and what Go does beside them.
void add_parsed_request(const Teller& tell, const ParserFilm& film, const Ruler& ruler,
                        PictureMaker& maker, Rect rest, bool tall);

}  // namespace roundtrip::viz
