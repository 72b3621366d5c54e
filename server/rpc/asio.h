// The one way to Boost.Asio: 1.74 under C++20 needs <utility> first.
#ifndef KLUIS_SERVER_RPC_ASIO_H_
#define KLUIS_SERVER_RPC_ASIO_H_

// clang-format off
#include <utility>

#include <boost/asio.hpp>
// clang-format on

#endif  // KLUIS_SERVER_RPC_ASIO_H_
