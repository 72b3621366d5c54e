// The one way to Boost.Asio: 1.74 under C++20 needs <utility> first.
#ifndef KLUIS_SERVER_RPC_ASIO_H_
#define KLUIS_SERVER_RPC_ASIO_H_

#include <utility>

#include <boost/asio.hpp>  // NOLINT: after <utility>

#endif  // KLUIS_SERVER_RPC_ASIO_H_
